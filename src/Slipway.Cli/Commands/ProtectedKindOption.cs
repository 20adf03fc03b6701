using System.CommandLine;
using Slipway.Engine.Protecting;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

/// <summary><c>--type</c> of <c>protect</c> and <c>unprotect</c>.</summary>
internal sealed class ProtectedKindOption : Option<string?>
{
    public ProtectedKindOption()
        : base("--type")
    {
        Description = "Only a container, volume or image";
        HelpName = "type";
    }

    public ProtectedKind? Of(ParseResult line) => line.GetValue(this) switch
    {
        null => null,
        "container" => ProtectedKind.Container,
        "volume" => ProtectedKind.Volume,
        "image" => ProtectedKind.Image,
        var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"\"{other}\" is not a valid value for --type") { Hint = "container, volume or image" },
    };
}
