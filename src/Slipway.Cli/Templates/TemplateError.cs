using Slipway.Oci;

namespace Slipway.Cli.Templates;

/// <summary>Makes the errors of <c>--format</c>, in docker's words.</summary>
internal static class TemplateError
{
    public static SlipwayException Parsing(string why) => new(ErrorKind.InvalidArgument, $"template parsing error: template: :1: {why}");

    public static SlipwayException Executing(string what, string why) => new(ErrorKind.InvalidArgument, $"template: :1: executing \"\" at <{what}>: {why}");
}
