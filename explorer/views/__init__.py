"""The screens, one module each; `show(context)` draws one."""
