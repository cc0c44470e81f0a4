import pytest

from libs.common.pii.ip_addresses import find_ip_addresses


def _found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_ip_addresses(text)]


@pytest.mark.parametrize("written", ["203.0.113.7", "2001:db8::8a2e:370:7334", "::ffff:203.0.113.7"])
def test_an_address_is_found(written: str) -> None:
    assert _found(f"My address is {written}, am I blocked?") == [written]


def test_the_port_is_not_part_of_it() -> None:
    assert _found("http://203.0.113.7:8080/x") == ["203.0.113.7"]


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "0.0.0.0", "255.255.255.0", "version 1.2.3.4", "v10.0.19041.1", "1.2.3", "300.1.1.1",
        "1.2.3.4.5", "std::vector", "a::b", "12:34:56", "::1",
    ],
)  # fmt: skip
def test_what_is_nobodys_address_stays(text: str) -> None:
    assert _found(f"Is {text} right?") == []
