"""Tokens that stand for a password for a while: https://distribution.github.io/distribution/spec/auth/"""
