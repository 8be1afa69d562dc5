"""What `kiosk doctor` and `/admin/health` look at beyond the self-test at start: each module has a few checks, and
`examining` puts them in order."""
