"""The definition of patterns, letter by letter: slow, and easy to believe."""


def matches(pattern, name):
    """Whether the whole name fits."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        is_wide = pattern[1:2] == "*"
        rest = pattern.lstrip("*") if is_wide else pattern[1:]
        return matches(rest, name) or (
            bool(name) and (is_wide or name[0] != "/") and matches(pattern, name[1:])
        )
    if not name:
        return False
    is_one = name[0] != "/" if pattern[0] == "?" else pattern[0] == name[0]
    return is_one and matches(pattern[1:], name[1:])


def fitting(patterns, name):
    """Those of the patterns that the name fits."""
    return [pattern for pattern in patterns if matches(pattern, name)]
