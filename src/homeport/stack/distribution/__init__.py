"""What was written for registry v2 (CNCF Distribution): config.yml, and the variables that override it.

https://distribution.github.io/distribution/about/configuration/
"""
