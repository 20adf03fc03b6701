namespace Slipway.Registry.Tests.Servers;

/// <summary>An answer, as wrong as it has to be.</summary>
internal sealed record ScriptedResponse(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>What Content-Length says; null for the truth, -1 for no such header.</summary>
    public long? DeclaredLength { get; init; }

    /// <summary>In chunks, of which the last never comes where the line is cut.</summary>
    public bool Chunked { get; init; }

    /// <summary>The line is cut behind so many bytes of the body.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Nothing more comes behind so many bytes of the body, until the other side hangs up.</summary>
    public int? SilentAfter { get; init; }

    /// <summary>The body comes where none may (HEAD, 204), and the line stays open behind it unless the client asked for its end: whoever takes it for the next answer is deceived.</summary>
    public bool Smuggles { get; init; }

    public static ScriptedResponse Of(int status, params (string Name, string Value)[] headers) => new(status, [], headers);
}
