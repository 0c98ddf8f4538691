"""``reflexes demo``: what it refuses before it prepares anything."""

import socket

from click.testing import CliRunner

from reflexes.config.commands.demo import command


def test_a_port_where_something_listens_is_refused_before_anything_is_prepared() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = CliRunner().invoke(command, ["--port", str(port)])
    assert said.exit_code == 1
    assert f"port {port}" in said.output and "--port" in said.output
