using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Oci;

namespace Slipway.Api.BuildKit;

/// <summary>What a client asks to be made, in Control.Solve and in LLBBridge.Solve, which number their fields differently.</summary>
internal sealed record SolveRequest
{
    public string Ref { get; private set; } = "";

    public string Session { get; private set; } = "";

    public string Frontend { get; private set; } = "";

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public List<string> Entitlements { get; } = [];

    public List<SolveOutput> Outputs { get; } = [];

    /// <summary>Where results of earlier builds could be had from, by names for people.</summary>
    public List<string> CacheImports { get; } = [];

    /// <summary>A graph of the client's own (pb.Definition); null: none. One without operations is there, and comes to nothing.</summary>
    public byte[]? Graph { get; private set; }

    /// <summary>Whether it is something of the client's own, which nobody wants to hear of.</summary>
    public bool IsInternal { get; private set; }

    /// <summary>Graphs that stand for the frontend's contexts, by name.</summary>
    public Dictionary<string, byte[]> Inputs { get; } = new(StringComparer.Ordinal);

    /// <summary>moby.buildkit.v1.SolveRequest.</summary>
    /// <exception cref="SlipwayException">NotSupported: something that isn't done.</exception>
    public static SolveRequest Read(ReadOnlySpan<byte> message)
    {
        var request = new SolveRequest();
        string oldType = "";
        Dictionary<string, string> oldAttributes = [];
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: request.Ref = reader.Text; break;
                case 2: request.Graph = reader.Bytes.ToArray(); break;
                case 3: oldType = reader.Text; break;
                case 4: reader.AddTo(oldAttributes); break;
                case 5: request.Session = reader.Text; break;
                case 6: request.Frontend = reader.Text; break;
                case 7: reader.AddTo(request.Attributes); break;
                case 8: request.ReadCache(reader.Bytes); break;
                case 9: request.Entitlements.Add(reader.Text); break;
                case 10: request.AddInput(reader.Bytes); break;
                case 11: request.IsInternal = reader.Flag; break;
                case 12: RefusePolicy(reader.Bytes); break;
                case 13: request.Outputs.Add(SolveOutput.Read(reader.Bytes)); break;
            }
        }
        if (request.Ref.Length == 0)
            throw new GrpcException(GrpcCode.InvalidArgument, "the build has no name");
        if (request.Outputs.Count == 0 && oldType.Length > 0)
            request.Outputs.Add(new(oldType, oldAttributes));
        return request;
    }

    /// <summary>moby.buildkit.v1.frontend.SolveRequest.</summary>
    public static SolveRequest ReadBridge(ReadOnlySpan<byte> message)
    {
        var request = new SolveRequest();
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: request.Graph = reader.Bytes.ToArray(); break;
                case 2: request.Frontend = reader.Text; break;
                case 3: reader.AddTo(request.Attributes); break;
                case 13: request.AddInput(reader.Bytes); break;
                case 15: RefusePolicy(reader.Bytes); break;
            }
        }
        return request;
    }

    private void AddInput(ReadOnlySpan<byte> entry)
    {
        (string name, byte[] definition) = ("", []);
        for (var reader = new ProtoReader(entry); reader.Next();)
        {
            if (reader.Field == 1)
                name = reader.Text;
            else if (reader.Field == 2)
                definition = reader.Bytes.ToArray();
        }
        Inputs[name] = definition;
    }

    // moby.buildkit.v1.sourcepolicy.Policy: which sources a build may have, and what to take in place of others. A rule that nobody keeps is worse than none.
    private static void RefusePolicy(ReadOnlySpan<byte> policy)
    {
        for (var reader = new ProtoReader(policy); reader.Next();)
        {
            if (reader.Field == 2)
                throw new SlipwayException(ErrorKind.NotSupported, "source policies are not served: build without one (EXPERIMENTAL_BUILDKIT_SOURCE_POLICY), and name what the build may use in its Dockerfile or by --build-context");
        }
    }

    // moby.buildkit.v1.CacheOptions, each entry a type and what that wants. What is to be imported is a hint, and told of; what is to be exported is asked for.
    private void ReadCache(ReadOnlySpan<byte> options)
    {
        for (var reader = new ProtoReader(options); reader.Next();)
        {
            if (reader.Field is not (1 or 2 or 4 or 5))
                continue;
            string type = "registry";
            Dictionary<string, string> attributes = [];
            for (var entry = new ProtoReader(reader.Field is 4 or 5 ? reader.Bytes : default); entry.Next();)
            {
                if (entry.Field == 1)
                    type = entry.Text;
                else if (entry.Field == 2)
                    entry.AddTo(attributes);
            }
            if (reader.Field is 2 or 5)
            {
                CacheImports.Add(reader.Field == 2 ? reader.Text : attributes.GetValueOrDefault("ref") ?? attributes.GetValueOrDefault("src") ?? $"type {type}");
                continue;
            }
            // Inline: the image of a build of ours says of what it is made in any case.
            if (type != "inline")
                throw new SlipwayException(ErrorKind.NotSupported, $"the build cache is not exported (--cache-to type={Linux.Printable.Escape(type)}): it stays in this daemon's store, and is used from there");
        }
    }
}
