"""`omeda-bridge completion`."""

from bridge.usage.parsing import Example, Parser, Usage

SHELLS = ("bash", "zsh", "fish")


def _arguments(command: Parser) -> None:
    command.add_argument("shell", choices=SHELLS, help="whose completion is printed")


USAGE = Usage(
    "completion",
    "print what completes commands and arguments in a shell",
    (
        Example(
            "completion bash > ~/.local/share/bash-completion/completions/omeda-bridge",
            "from the next bash on; or for this one: source <(omeda-bridge completion bash)",
        ),
        Example(
            "completion zsh > ~/.zfunc/_omeda-bridge",
            "with fpath+=(~/.zfunc) before compinit in ~/.zshrc",
        ),
        Example(
            "completion fish > ~/.config/fish/completions/omeda-bridge.fish",
            "from the next fish on",
        ),
    ),
    _arguments,
)
