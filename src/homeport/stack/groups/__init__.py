"""The tables of homeport.toml: a frozen dataclass each, whose fields say their kind, default and meaning."""
