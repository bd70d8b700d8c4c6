"""Why a component cannot go on, in the cluster's own words; one module for each kind of object that says so."""
