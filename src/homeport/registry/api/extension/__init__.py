"""What the distribution spec has no end points for: https://github.com/opencontainers/distribution-spec/blob/main/extensions/README.md"""
