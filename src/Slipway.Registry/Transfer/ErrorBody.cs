using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Registry.Transfer;

/// <summary>The first error of a registry's answer (distribution-spec, error codes).</summary>
/// <param name="Code"><c>MANIFEST_UNKNOWN</c>; empty where it gave none.</param>
/// <param name="Text">As docker shows it: <c>manifest unknown: manifest unknown</c>.</param>
internal sealed record ErrorBody(string Code, string Text)
{
    /// <summary>Null where the body is none.</summary>
    public static ErrorBody? Read(byte[] body)
    {
        if (body.Length == 0 || body[0] is not (byte)'{')
            return null;
        try
        {
            return JsonReader.Read(body, "the registry's error", ErrorKind.Corrupt, ReadDocument);
        }
        catch (SlipwayException)
        {
            return null;
        }
    }

    private static ErrorBody? ReadDocument(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<ErrorBody>? errors = null;
        string? details = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "errors": errors = json.List(ReadError); break;
                case "details": details = json.String(); break;
                default: json.Skip(); break;
            }
        }
        return errors is [{ } first, ..] ? first : details is not null ? new ErrorBody("", ShownText.Of(details)) : null;
    }

    private static ErrorBody? ReadError(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? code = null, message = null;
        while (json.NextMember(out string? name))
        {
            // Some servers write "Code", which docker's reader takes as well.
            if (name.Equals("code", StringComparison.OrdinalIgnoreCase))
                code = json.String();
            else if (name.Equals("message", StringComparison.OrdinalIgnoreCase))
                message = json.String();
            else
                json.Skip();
        }
        string words = ShownText.Of((code ?? "").Replace('_', ' ').ToLowerInvariant());
        string[] said = [.. new[] { words, ShownText.Of(message ?? "") }.Where(w => w.Length > 0)];
        return said.Length == 0 ? null : new ErrorBody(ShownText.Of(code ?? ""), string.Join(": ", said));
    }
}
