"""The Zalo simulator: a server that behaves as the OA platform does, with a phone page and a control API.

It is never deployed. `server.build_app` makes the app, `server.running` runs it in a thread for tests,
`python -m local.zalo` runs it for `make dev`.
"""
