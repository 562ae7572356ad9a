from flask.testing import FlaskClient


def test_health(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_tmp(organizer: FlaskClient, client, reader) -> None:
    assert organizer.get("/desk/").status_code == 200
    assert organizer.get("/desk/activity").status_code == 200
    assert client.get("/desk/").status_code == 303
    assert client.get("/nix").status_code == 404
    assert "No encontramos" in client.get("/nix?lang=es").text
    assert organizer.get("/desk/nix").status_code == 404
    assert reader.post("/desk/sign-out").status_code == 400
