import http.client, json, os, shutil, urllib.request
from urllib.parse import urlsplit
server = os.environ['U']
report = {}
with urllib.request.urlopen(server + '/files/large.bin') as answer, \
        open('large.bin', 'wb') as out:
    shutil.copyfileobj(answer, out)
request = urllib.request.Request(server + '/files?name=py+thon.bin',
    data=open('much.bin', 'rb').read(), method='POST')
with urllib.request.urlopen(request) as answer:
    report['raw'] = answer.status
connection = http.client.HTTPConnection(urlsplit(server).netloc)
def chunks():
    with open('much.bin', 'rb') as file:
        while chunk := file.read(1000):
            yield chunk
connection.request('POST', '/files?name=chunked.bin', body=chunks())
answer = connection.getresponse()
report['chunked'] = answer.status
answer.read()
# The same connection again, and a form as the standard library's mail writes it.
from email.mime.multipart import MIMEMultipart
from email.mime.application import MIMEApplication
part = MIMEApplication(b'bytes', _encoder=lambda it: None)
part.add_header('Content-Disposition', 'form-data', name='f', filename=('utf-8', '', 'ü.txt'))
form = MIMEMultipart('form-data', boundary='=====a_b==')
form.attach(part)
head, _, body = form.as_bytes().replace(b'\n', b'\r\n').partition(b'\r\n\r\n')
connection.request('POST', '/files', body=body,
    headers={'Content-Type': 'multipart/form-data; boundary="=====a_b=="'})
answer = connection.getresponse()
report['form'] = answer.status
answer.read()
for target, name in [('/no', 'wrong'), ('/files?name=l.bin', 'large')]:
    connection = http.client.HTTPConnection(urlsplit(server).netloc)
    connection.request('POST', target, body=open('more.bin', 'rb'))
    report[name] = connection.getresponse().status
print(json.dumps(report))
