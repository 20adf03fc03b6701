using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Registry.Auth;

namespace Slipway.Api.BuildKit;

/// <summary>Whom a build's client is to registries: asked when one wants to know.</summary>
internal sealed class SessionCredentials(Session session, CancellationToken ct) : ICredentialSource
{
    private const string Method = "/moby.filesync.v1.Auth/Credentials";

    // BuildKit asks for Docker's own registry by the name of the server.
    private const string Hub = "docker.io", HubServer = "registry-1.docker.io";

    public Credential? Find(string host)
    {
        if (!session.Serves(Method))
            return null;
        string name = "", secret = "";
        byte[] answer;
        try
        {
            answer = session.AskAsync(Method, new ProtoWriter().Text(1, host == Hub ? HubServer : host), ct).GetAwaiter().GetResult();
        }
        catch (GrpcException)
        {
            return null; // it has none, or doesn't tell: the registry says whether one is needed
        }
        for (var reader = new ProtoReader(answer); reader.Next();)
        {
            if (reader.Field == 1)
                name = reader.Text;
            else if (reader.Field == 2)
                secret = reader.Text;
        }
        return secret.Length == 0 ? null : name.Length == 0 ? new("", "", secret) : new(name, secret);
    }
}
