"""The REST protocols: operations told apart by method, path and query; parameters bound to parts of the request."""
