using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Registry.Transfer;

/// <summary>The first error of a registry's answer (distribution-spec, error codes).</summary>
/// <param name="Code"><c>MANIFEST_UNKNOWN</c>.</param>
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
            switch (name)
            {
                case "code": code = json.String(); break;
                case "message": message = json.String(); break;
                default: json.Skip(); break;
            }
        }
        string words = ShownText.Of((code ?? "").Replace('_', ' ').ToLowerInvariant());
        return new ErrorBody(ShownText.Of(code ?? ""), string.IsNullOrEmpty(message) ? words : $"{words}: {ShownText.Of(message)}");
    }
}
