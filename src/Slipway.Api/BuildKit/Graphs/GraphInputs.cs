using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>Graphs that a client gives the frontend instead of directories and addresses: each becomes the address that it comes to.</summary>
internal static class GraphInputs
{
    private const string Context = "context", Dockerfile = "dockerfile", Named = "context:", Input = "input:";

    /// <summary>The frontend's attributes, with addresses in place of the inputs that they name.</summary>
    /// <param name="attributes">What the client asks.</param>
    /// <param name="inputs">pb.Definition by name.</param>
    /// <exception cref="SlipwayException">NotSupported: a graph that comes to no address.</exception>
    public static IReadOnlyDictionary<string, string> Apply(IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, byte[]> inputs)
    {
        if (inputs.Count == 0)
            return attributes;
        var all = new Dictionary<string, string>(attributes, StringComparer.Ordinal);
        foreach ((string key, string value) in attributes)
        {
            if (key.StartsWith(Named, StringComparison.Ordinal) && value.StartsWith(Input, StringComparison.Ordinal) && inputs.TryGetValue(value[Input.Length..], out byte[]? named))
                all[key] = AddressOf(value[Input.Length..], named);
        }
        string? context = inputs.TryGetValue(Context, out byte[]? own) ? AddressOf(Context, own) : null;
        string? dockerfile = inputs.TryGetValue(Dockerfile, out byte[]? file) ? AddressOf(Dockerfile, file) : null;
        if (dockerfile is not null && dockerfile != context)
            throw GraphReader.NotServed("a Dockerfile from elsewhere than its context");
        if (context is null)
            return all;
        all.Remove("contextkey");
        all[Context] = context;
        // Without a graph for it, it is in the client's directory of that name.
        if (dockerfile is null)
            all.TryAdd("dockerfilekey", Dockerfile);
        return all;
    }

    private static string AddressOf(string name, byte[] definition) => GraphReader.Read(definition) switch
    {
        GraphResult.Remote remote => remote.Url,
        null => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid nil input definition to definition op: the input '{Printable.Escape(name)}' is an empty graph"),
        _ => throw GraphReader.NotServed($"the input '{Printable.Escape(name)}' that is no git repository and no server's archive"),
    };
}
