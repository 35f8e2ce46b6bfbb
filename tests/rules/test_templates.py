"""The variables of a template: which are used, which are missing, and what the preview shows (S13, S15)."""

import pytest

from rules.templates import missing, render, variables_in


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["Dear {FirstName}"], ["FirstName"]),
        (["{City}, {FirstName}, {City}"], ["City", "FirstName"]),
        (["Hi {FirstName}", "From {Company} in {City}"], ["FirstName", "Company", "City"]),
        ([None, "", "{A1_b}"], ["A1_b"]),
        (["{}", "{ City }", "{1st}", "{First Name}", "{_x}", "a { b } c", "{City"], []),
        (["{{City}}"], ["City"]),
        (["{city} {City}"], ["city", "City"]),
        ([], []),
    ],
)
def test_the_variables_a_template_uses(texts: list[str | None], names: list[str]) -> None:
    assert list(variables_in(*texts)) == names


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        ({}, ["FirstName", "City"]),
        ({"FirstName": "Ann"}, ["City"]),
        ({"FirstName": "Ann", "City": ""}, ["City"]),
        ({"FirstName": "Ann", "City": "  "}, ["City"]),
        ({"FirstName": "Ann", "City": None}, ["City"]),
        ({"FirstName": "Ann", "city": "Riga"}, ["City"]),
        ({"FirstName": "Ann", "City": "Riga", "Other": "x"}, []),
    ],
)
def test_the_variables_a_profile_lacks(profile: dict[str, str | None], names: list[str]) -> None:
    assert list(missing(["FirstName", "City"], profile)) == names


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dear {FirstName}!", "Dear Ann!"),
        ("Dear {FirstName} of {City}", "Dear Ann of {City}"),
        ("{Blank}|{Nothing}", "{Blank}|{Nothing}"),
        ("{Tricky} {FirstName}", "{FirstName} \\1 Ann"),
        ("no variable, {} and { }", "no variable, {} and { }"),
    ],
)
def test_the_preview(text: str, shown: str) -> None:
    profile = {"FirstName": " Ann ", "Blank": " ", "Nothing": None, "Tricky": "{FirstName} \\1"}
    assert render(text, profile) == shown
