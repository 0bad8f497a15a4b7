"""References to numbered figures print what they did, and read a page once."""

from types import SimpleNamespace

from sphinx.domains.std import StandardDomain

from seedsoil.site.numbers import NumberedDomain, forget


def test_a_page_is_read_once_until_all_are_read_anew(monkeypatch):
    read = []

    class Environment:
        def get_doctree(self, name):
            read.append(name)
            return f"{name} {len(read)}"

    monkeypatch.setattr(StandardDomain, "_resolve_numref_xref", lambda self, env, name: env.get_doctree(name))
    env = Environment()
    domain = NumberedDomain.__new__(NumberedDomain)
    env.get_domain = lambda name: domain
    assert [domain._resolve_numref_xref(env, name) for name in "aab"] == ["a 1", "a 1", "b 2"]
    assert env.get_doctree("a") == "a 3", "a page that is resolved in place must be a fresh one"
    forget(SimpleNamespace(), env)
    assert domain._resolve_numref_xref(env, "a") == "a 4"
