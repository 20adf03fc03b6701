using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Completion;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class CompletionCommand : SlipCommand
{
    private readonly Argument<string> _shell = new("SHELL");

    public CompletionCommand()
        : base("completion",
            """
            Prints what a shell needs to complete slip's commands, flags, and names of containers, images, volumes and networks.

              source <(slip completion bash)
              slip completion bash > /etc/bash_completion.d/slip
              slip completion zsh > /usr/local/share/zsh/site-functions/_slip
              slip completion fish > ~/.config/fish/completions/slip.fish
            """) => Arguments.Add(_shell);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string shell = line.GetValue(_shell)!;
        Console.Out.Write(CompletionScripts.Of(shell) ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"no completion for the shell '{shell}': there is one for {string.Join(", ", CompletionScripts.Shells)}"));
        return 0;
    }
}
