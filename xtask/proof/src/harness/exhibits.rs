//! The gallery of hostile code, and the verdict that each exhibit must get.

/// Each exhibit with its status, and a part of the message.
pub const EXHIBITS: [(&str, &str, &str); 25] = [
    ("endless_loop", "timed out", "busy"),
    ("blocked_for_ever", "timed out", "waiting"),
    ("panics", "crashed", "index out of bounds"),
    (
        "panics_in_a_task",
        "wrong",
        "a task panicked: nobody is looking",
    ),
    ("not_written", "not started", "write this"),
    ("aborts", "crashed", "it aborted"),
    ("exits", "crashed", "with code 0 in the middle"),
    ("overflows_the_stack", "crashed", "its stack overflowed"),
    ("takes_100_gib", "too much memory", "asked for 100.0 GiB"),
    ("reserves_100_gib", "too much memory", "asked for 100.0 GiB"),
    ("grows_slowly", "too much memory", "the limit is 64.0 MiB"),
    (
        "grows_in_a_child",
        "too much memory",
        "the limit is 64.0 MiB",
    ),
    (
        "reads_a_sparse_file_of_8_gib",
        "too much memory",
        "asked for 8192.0 MiB",
    ),
    ("starts_400_threads", "passed", ""),
    ("prints_without_end", "crashed", "printed too much"),
    ("prints_what_is_no_text", "passed", ""),
    ("closes_its_output", "passed", ""),
    ("leaves_a_child", "crashed", "left 1 process behind"),
    (
        "leaves_a_child_in_a_group_of_its_own",
        "crashed",
        "left 1 process behind",
    ),
    (
        "leaves_an_orphan_in_a_session_of_its_own",
        "crashed",
        "left 1 process behind",
    ),
    ("ignores_signals", "timed out", "waiting"),
    ("reads_its_input", "passed", ""),
    ("a_server_with_a_todo", "not started", "write this"),
    ("a_server_that_ends_early", "wrong", ""),
    ("a_server_on_a_taken_port", "wrong", ""),
];
