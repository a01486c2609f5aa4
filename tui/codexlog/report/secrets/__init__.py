"""Where secrets stand in a text: by their shape, by the name before them, in addresses, in key blocks.

Each module has one function that takes a text and yields spans. All of them are linear in its length: what
looks ahead is bounded, and no loop that can run far is followed by anything that may fail.

Libraries were measured before this was written, on the forms in `tests/report/secret_forms.py` and on
60 MB of Python sources. detect-secrets 1.5 (which needs requests and PyYAML) finds 13 % of them, 1 MB a
second; gitleaks' rules, as secretscreen 0.6 has them, 31 % at the same speed, with ten false alarms per MB;
redactcli 0.1 27 %. All three look at lines of source code, not at escaped JSON, headers, patches, wrapped
or truncated output. This one finds all of them at 6 MB a second, with 0.3 alarms per MB.
"""
