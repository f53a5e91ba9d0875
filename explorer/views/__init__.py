"""The screens, a module each; `show(seen)` draws one."""
