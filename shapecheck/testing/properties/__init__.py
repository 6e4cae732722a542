"""Properties that every run of a spec must have.

`subject` goes through all of them for one part of a spec: derived shapes, requirements and counts by itself, values
with `naive`, claims with `claim_checks`.  `errors` are the diagnostics for what fails.  `single` does the same for one
run that was made elsewhere.
"""
