//! Reads a table in batches of rows.

use std::mem::take;
use std::sync::Arc;
use std::vec::IntoIter;

use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{OptionalExtension, ToSql, params, params_from_iter};

use crate::sqlite::database::{Lease, on_the_pool, query};
use crate::{Cursor, ExportError, Row, Value};

/// About how many bytes of values a batch has. The last row may exceed
/// this. A trip to the blocking pool costs as much as a few hundred
/// rows.
const BATCH: usize = 64 * 1024;

/// All rows of a table, as they were when it was opened.
///
/// No thread is occupied between two batches. A read transaction keeps
/// the snapshot, and the key of the last row marks the position. Each
/// batch is a query of its own that continues after that key, which it
/// finds in the table's index.
///
/// The connection is closed after the last batch, or when the cursor is
/// dropped.
pub struct TableCursor {
    names: Arc<[String]>,
    /// The values of rows that were read but not taken yet, one row
    /// after the other. The list for a row is allocated when the row is
    /// taken, on the thread that drops it. If it were allocated on the
    /// thread that reads, an export of tiny rows would take a fifth
    /// more processor time.
    ready: IntoIter<Value>,
    /// The rest of the scan. `None` after the last batch, and after an
    /// error.
    scan: Option<Scan>,
}

/// A scan that isn't finished.
struct Scan {
    lease: Lease,
    /// How many columns the table has. The columns of the key come
    /// after them.
    columns: usize,
    plan: Plan,
    /// The key of the last row that was read.
    last: Vec<Key>,
}

/// A value of a key, which is bound to the next query. Text in SQLite
/// may not be valid UTF-8. It's bound as text with the same bytes,
/// because a blob would be sorted after all text.
enum Key {
    Text(Vec<u8>),
    Other(Stored),
}

/// The two queries for a table. Values are bound to them. The names
/// come from the database and are quoted.
struct Plan {
    first: String,
    next: String,
    /// How many values make a key. They're the last columns of each
    /// query.
    keys: usize,
}

impl TableCursor {
    /// Opens a cursor over all rows of `table`. Blocks, so it is called
    /// on the blocking pool.
    ///
    /// First comes a transaction (`BEGIN`). From its first query until
    /// its end, SQLite shows this connection a snapshot of the file.
    /// [`Plan::of`] reads the table's schema, so it has to be called
    /// inside the transaction, too. The names are those of the columns
    /// of `plan.first`, without the key's columns, which come last. The
    /// first batch is read here, so that the first rows, or an error,
    /// are available at once.
    ///
    /// # Errors
    ///
    /// [`ExportError::NoTable`] if the table doesn't exist, and
    /// [`ExportError::Query`] if SQLite reports an error, which
    /// [`query`] converts.
    pub(crate) fn open(
        lease: Lease,
        table: &str,
    ) -> Result<Self, ExportError> {
        let connection = lease.connection()?;
        // The snapshot begins with the first query after this.
        connection.execute_batch("BEGIN").map_err(query)?;
        let plan = Plan::of(&lease, table)?;
        let statement = connection.prepare(&plan.first);
        let names: Arc<[String]> = {
            let statement = statement.map_err(query)?;
            let columns = statement.column_count() - plan.keys;
            let names = statement.column_names().take(columns);
            names.map(ToString::to_string).collect()
        };
        let scan = Scan {
            lease,
            columns: names.len(),
            plan,
            last: Vec::new(),
        };
        let (ready, scan) = scan.batch()?;
        Ok(Self { names, ready, scan })
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> &Arc<[String]> {
        &self.names
    }
}

impl Cursor for TableCursor {
    /// Takes the next row. If none is ready, reads the next batch on
    /// the blocking pool ([`on_the_pool`]). After the last batch, and
    /// after an error, there is no scan, so this returns `None`.
    async fn next(&mut self) -> Result<Option<Row>, ExportError> {
        //? todo!("chapter 12: a row of {} columns", self.names.len())
        // ANCHOR: cut-next
        if self.ready.as_slice().is_empty() {
            let Some(scan) = self.scan.take() else {
                return Ok(None);
            };
            let batch = on_the_pool(move || scan.batch()).await?;
            (self.ready, self.scan) = batch;
        }
        let columns = self.names.len();
        let values: Vec<_> =
            self.ready.by_ref().take(columns).collect();
        Ok((!values.is_empty()).then(|| Row {
            names: Arc::clone(&self.names),
            values,
        }))
        // ANCHOR_END: cut-next
    }
}

impl Scan {
    /// Reads the next rows, until their values have [`BATCH`] bytes or
    /// more, or until the last row. Blocks, so it's called on the
    /// blocking pool.
    ///
    /// The first batch runs `plan.first`, and every later batch runs
    /// `plan.next` with the key of the last row (`last`) bound to it.
    /// Returns the values, together with the scan if there are more
    /// rows. After the last row, the scan is dropped, which ends the
    /// transaction.
    fn batch(
        mut self,
    ) -> Result<(IntoIter<Value>, Option<Self>), ExportError> {
        //? todo!("chapter 12: a batch of {} columns", self.columns)
        // ANCHOR: cut-batch
        let (mut ready, mut size) = (Vec::new(), 0);
        let more = {
            let connection = self.lease.connection()?;
            let text = if self.last.is_empty() {
                &self.plan.first
            } else {
                &self.plan.next
            };
            let mut statement =
                connection.prepare(text).map_err(query)?;
            let bound = params_from_iter(take(&mut self.last));
            let mut rows = statement.query(bound).map_err(query)?;
            loop {
                let Some(row) = rows.next().map_err(query)? else {
                    break false;
                };
                size += read_values(row, self.columns, &mut ready)?;
                if size >= BATCH {
                    self.last = self.plan.key(row, self.columns)?;
                    break true;
                }
            }
        };
        Ok((ready.into_iter(), more.then_some(self)))
        // ANCHOR_END: cut-batch
    }
}

/// Appends the values of a row's columns, and returns about how many
/// bytes they have.
fn read_values(
    row: &rusqlite::Row<'_>,
    columns: usize,
    ready: &mut Vec<Value>,
) -> Result<usize, ExportError> {
    let mut size = 0;
    for at in 0..columns {
        let value = taken(row.get_ref(at).map_err(query)?);
        size += value.size();
        ready.push(value);
    }
    Ok(size)
}

impl From<ValueRef<'_>> for Key {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Other(Stored::Null),
            ValueRef::Integer(number) => Self::Other(number.into()),
            ValueRef::Real(number) => Self::Other(number.into()),
            ValueRef::Text(bytes) => Self::Text(bytes.to_owned()),
            ValueRef::Blob(bytes) => {
                Self::Other(bytes.to_owned().into())
            }
        }
    }
}

impl ToSql for Key {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(bytes) => {
                Ok(ToSqlOutput::Borrowed(ValueRef::Text(bytes)))
            }
            Self::Other(value) => value.to_sql(),
        }
    }
}

/// Copies a value out of SQLite. SQLite doesn't check that a text is
/// valid UTF-8. If it isn't, its bytes become a [`Value::Blob`], so
/// that none of them is lost or replaced.
fn taken(value: ValueRef<'_>) -> Value {
    //? todo!("chapter 12: a value like {value:?}")
    // ANCHOR: cut-taken
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(bytes.to_owned()),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
    }
    // ANCHOR_END: cut-taken
}

/// The names by which a table's row number can be selected, unless a
/// column has the same name.
const ROW_NUMBERS: [&str; 3] = ["rowid", "_rowid_", "oid"];

impl Plan {
    /// Makes the plan for a table. The name from the client is only
    /// compared with the names in the database, and never becomes part
    /// of a query.
    fn of(lease: &Lease, table: &str) -> Result<Self, ExportError> {
        let connection = lease.connection()?;
        let found = connection
            .query_row(
                "SELECT wr FROM pragma_table_list
                 WHERE schema = 'main' AND type = 'table'
                 AND name = ?1 AND name NOT LIKE 'sqlite\\_%'
                 ESCAPE '\\'",
                params![table],
                |row| row.get::<_, bool>(0),
            )
            .optional()
            .map_err(query)?;
        let Some(without_rowid) = found else {
            return Err(ExportError::NoTable(table.to_owned()));
        };
        let mut columns: Vec<(String, i64)> = Vec::new();
        let mut statement = connection
            .prepare("SELECT name, pk FROM pragma_table_xinfo(?1)")
            .map_err(query)?;
        let mut rows = statement.query([table]).map_err(query)?;
        while let Some(row) = rows.next().map_err(query)? {
            let name = row.get(0).map_err(query)?;
            columns.push((name, row.get(1).map_err(query)?));
        }
        let keys = if without_rowid {
            key_columns(&columns)
        } else {
            vec![row_number(&columns, table)?]
        };
        Ok(Self::new(&quoted(table), &keys))
    }

    /// Returns the key of a row, whose values come after the row's
    /// columns.
    fn key(
        &self,
        row: &rusqlite::Row<'_>,
        columns: usize,
    ) -> Result<Vec<Key>, ExportError> {
        let key = |at| row.get_ref(at).map(Key::from).map_err(query);
        (columns..columns + self.keys).map(key).collect()
    }

    /// Makes the two queries. The names in `table` and `keys` are
    /// quoted already.
    ///
    /// Both queries select every column of the table and then the
    /// `keys`, in the order of the keys. `first` begins at the first
    /// row. `next` has a `?` for each key column, and selects the rows
    /// whose key comes after the bound values. With `(a, b) > (?, ?)`,
    /// SQLite compares the columns in order and finds the position in
    /// the index. A separate condition for each column, joined by
    /// `AND`, would skip rows.
    fn new(table: &str, keys: &[String]) -> Self {
        //? todo!("chapter 12: read {table} by {keys:?}")
        // ANCHOR: cut-new
        let list = keys.join(", ");
        let marks = vec!["?"; keys.len()].join(", ");
        let select = format!("SELECT *, {list} FROM {table}");
        Self {
            first: format!("{select} ORDER BY {list}"),
            next: format!(
                "{select} WHERE ({list}) > ({marks}) ORDER BY {list}"
            ),
            keys: keys.len(),
        }
        // ANCHOR_END: cut-new
    }
}

/// Returns the columns of the primary key, in its order.
fn key_columns(columns: &[(String, i64)]) -> Vec<String> {
    let mut keys: Vec<_> =
        columns.iter().filter(|(_, place)| *place > 0).collect();
    keys.sort_by_key(|(_, place)| *place);
    keys.into_iter().map(|(name, _)| quoted(name)).collect()
}

/// Returns a name for the row number that no column hides.
fn row_number(
    columns: &[(String, i64)],
    table: &str,
) -> Result<String, ExportError> {
    let free = ROW_NUMBERS.iter().find(|number| {
        let hides = |(name, _): &(String, i64)| {
            name.eq_ignore_ascii_case(number)
        };
        !columns.iter().any(hides)
    });
    free.map(ToString::to_string).ok_or_else(|| {
        let what = "its columns hide the row number";
        ExportError::Query(format!("{table}: {what}"))
    })
}

/// Quotes the name of a table or a column as SQL does: with `"` around
/// it, and each `"` in it twice. A name can't be bound like a value, so
/// quoting is what keeps it from being read as SQL.
fn quoted(name: &str) -> String {
    //? todo!("chapter 12: quote {name:?}")
    // ANCHOR: cut-quoted
    format!("\"{}\"", name.replace('"', "\"\""))
    // ANCHOR_END: cut-quoted
}
