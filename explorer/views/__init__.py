"""The screens, a module each; `show(context)` draws one."""
