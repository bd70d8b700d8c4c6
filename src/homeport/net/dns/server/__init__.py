"""A small authoritative DNS server for the names of the stack, over UDP and TCP. https://www.rfc-editor.org/rfc/rfc1034"""
