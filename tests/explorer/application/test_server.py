"""The server: nobody without the token, no other host or page, no traceback."""

import http.client
import json
import re
import threading

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.application import server as module
from jiuzhu_sim.explorer.application.server import BODY_MAX, HOST, KINDS, Server
from jiuzhu_sim.explorer.application.worker import ESTIMATES, Setup, StoppedError
from jiuzhu_sim.language import set_language

LABEL = {"zh": "示例县", "en": "Example county"}


class Desk:
    """Stands in for the computing process."""

    setup = Setup("example-county@2025-01-01", LABEL, "", 100, 1, "person")

    def __init__(self):
        self.asked, self.tried = [], 0

    def status(self):
        return {"stage": "ready", "problems": []}

    def ask(self, request):
        self.asked.append(request)
        name = request.get("name")
        if name == "stopped":
            raise StoppedError
        if name == "failed":
            raise JZError.of("JZ-E068", times=4, reason="x")
        if name == "broken":
            raise RuntimeError("a fault of ours")
        return {"content": b"PK"} if request["kind"] == "excel" else {"views": {}}

    def again(self):
        self.tried += 1


@pytest.fixture(scope="module")
def server():
    made = Server(Desk(), 0)
    thread = threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


class Client:
    """Requests as a browser with the cookie sends them, unless told otherwise."""

    def __init__(self, server):
        self.port = server.server_port
        self.origin = f"http://{HOST}:{self.port}"
        self.headers = {"Cookie": f"{server.cookie}={server.token}"}

    def ask(self, method, path, body=None, **changed):
        headers = self.headers | ({"Origin": self.origin} if method == "POST" else {}) | changed
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        connection.request(method, path, body, {k: v for k, v in headers.items() if v is not None})
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        return answer, content

    def post(self, kind, content, **changed):
        return self.ask("POST", f"/api/{kind}", json.dumps(content), **changed)


@pytest.fixture
def client(server):
    return Client(server)


@pytest.mark.parametrize("path", [*KINDS, "/api/status", "/api/texts"])
def test_what_the_page_needs_is_there_and_never_stored(client, path):
    answer, content = client.ask("GET", path)
    assert answer.status == 200
    assert content
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src")


def test_the_address_has_the_token_and_gives_the_cookie(server, client):
    _, _, rest = server.address.partition(f":{server.server_port}")
    answer, _ = client.ask("GET", rest, Cookie=None)
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{server.cookie}={server.token};")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_it_listens_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.address.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "cookie",
    [None, "", "jiuzhu=x", "a=b; =", 'x={"a": "b c"}; other', "é=ü".encode().decode("latin1")],
)
@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=wrong", "/app.js", "/api/status"])
def test_without_the_token_there_is_a_sentence_and_nothing_else(client, path, cookie):
    answer, content = client.ask("GET", path, Cookie=cookie)
    assert answer.status == 403
    assert content.startswith("没有访问凭证")


def test_cookies_of_other_programs_do_not_hide_ours(client):
    cookie = 'x={"a": [1, 2]}; ' + client.headers["Cookie"] + "; y=;;"
    assert client.ask("GET", "/api/status", Cookie=cookie)[0].status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1"])
def test_another_host_is_refused(client, host):
    answer, content = client.ask("GET", "/", Host=host)
    assert answer.status == 403
    assert "127.0.0.1" in content


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_another_origin_may_not_ask(client, server, origin):
    before = len(server.worker.asked)
    answer, content = client.post("state", {}, Origin=origin)
    assert (answer.status, len(server.worker.asked)) == (403, before)
    assert content == "请求来自别的网页，已拒绝。"


@pytest.mark.parametrize("path", ["/x", "/../server.py", "/%2e%2e/server.py", "/app.html", "/api"])
def test_what_is_not_there_is_said_to_be_missing(client, path):
    answer, content = client.ask("GET", path)
    assert answer.status == 404
    assert content == f"没有这个页面：{path}"


@pytest.mark.parametrize("path", ["/api/close", "/state", "/api/", "/"])
def test_only_what_may_be_asked_is_passed_on(client, path):
    assert client.ask("POST", path, "{}")[0].status == 404


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "1", "\x00", "[" * 100_000, '{"lang": "fr"}', '{"changes": []}', '{"views": 1}',
     '{"kept": [{"name": "a"}]}', '{"kept": [{"name": "a", "changes": []}]}'],
)  # fmt: skip
def test_a_malformed_request_gets_a_sentence(client, body):
    answer, content = client.ask("POST", "/api/state", body)
    assert (answer.status, content) == (400, "请求内容不是有效的 JSON 对象。")


def test_a_large_request_is_refused_before_it_is_read(client):
    answer, content = client.ask(
        "POST", "/api/state", "{}", **{"Content-Length": str(BODY_MAX + 1)}
    )
    assert answer.status == 413
    assert "1,000,000" in content


@pytest.mark.parametrize("length", ["-1", "many", "²"])
def test_a_length_that_is_none_is_refused(client, length):
    header = length.encode().decode("latin1")
    assert client.ask("POST", "/api/state", "{}", **{"Content-Length": header})[0].status == 411


def test_a_request_is_passed_on_in_its_language(client, server):
    answer, content = client.post("state", {"lang": "en", "changes": {"a": 1}})
    assert (answer.status, json.loads(content)) == (200, {"views": {}})
    assert server.worker.asked[-1] == {"kind": "state", "lang": "en", "changes": {"a": 1}}


def test_what_the_computing_process_does_is_told(client, server):
    assert json.loads(client.post("state", {"name": "stopped"})[1]) == {"stopped": True}
    problems = json.loads(client.post("state", {"name": "failed"})[1])["problems"]
    assert problems[0]["sentence"].startswith("[JZ-E068]")
    client.post("again", {})
    assert server.worker.tried == 1


def test_a_fault_of_ours_is_a_sentence_with_a_log(client, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer, content = client.post("state", {"name": "broken"})
    assert answer.status == 500
    assert content.startswith("[JZ-E099]")
    assert "Traceback" not in content
    assert "Traceback" in next(tmp_path.iterdir()).read_text(encoding="utf-8")
    assert capfd.readouterr() == ("", "")


def test_a_workbook_comes_as_a_file(client):
    answer, content = client.post("excel", {})
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert content == "PK"


def test_refusals_are_in_the_language_in_use(client):
    set_language("en")
    assert client.ask("GET", "/", Cookie=None)[1].startswith("No access")


def test_a_port_that_is_taken_is_refused(server):
    with pytest.raises(JZError) as caught:
        Server(Desk(), server.server_port)
    assert caught.value.codes == ("JZ-E067",)
    assert str(server.server_port) in str(caught.value)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(JZError) as caught:
        Server(Desk(), port)
    assert caught.value.codes == ("JZ-E067",)


def test_without_a_port_any_free_one_is_taken(server, monkeypatch):
    monkeypatch.setattr(module, "PORT", server.server_port)
    other = Server(Desk())
    assert other.server_port not in (0, server.server_port)
    other.server_close()


def test_page_and_scripts_bring_nothing_from_outside():
    for path in KINDS:
        content = module.static(path).decode()
        assert "http://" not in content.replace("http://www.w3.org", "")
        assert "https://" not in content


def test_page_and_scripts_name_the_sentences_there_are_and_no_others():
    known = set(module.page_texts()["zh"])
    used = set(re.findall(r'data-(?:text|label)="([^"]+)"', module.static("/").decode()))
    scripts = "".join(module.static(path).decode() for path in module.SCRIPTS)
    used |= set(re.findall(r'\b(?:say|button)\("(\w+)"', scripts))
    assert used <= known
    named = used | {key for key in known if f'"{key}"' in scripts}
    assert known - named == {f"stage.{name}" for name in ESTIMATES}
