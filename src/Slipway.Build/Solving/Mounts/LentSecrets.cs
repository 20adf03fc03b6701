using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving.Mounts;

/// <summary>What the caller of a build lends to its steps: secrets by id, and SSH agents' sockets by id.</summary>
/// <param name="Secrets">Secrets that were given before.</param>
/// <param name="Agents">Sockets that were given before.</param>
/// <param name="Lender">Is asked for all others; null: there are none.</param>
internal sealed record LentSecrets(IReadOnlyDictionary<string, BuildSecret> Secrets, IReadOnlyDictionary<string, string> Agents, ISecretLender? Lender = null)
{
    /// <summary>Nothing.</summary>
    public static LentSecrets None { get; } = new(new Dictionary<string, BuildSecret>(), new Dictionary<string, string>());

    /// <summary>A secret's value; null where there is none of that id.</summary>
    /// <exception cref="SlipwayException">NotFound, InvalidArgument: its file can't be read, or is too large. No part of it is in the message.</exception>
    public ReadOnlyMemory<byte>? Find(string id)
    {
        if (!Secrets.TryGetValue(id, out BuildSecret? secret))
        {
            ReadOnlyMemory<byte>? lent = Lender?.FindSecret(id);
            return lent is null || lent.Value.Length <= BuildSecret.MaxBytes ? lent : throw TooLarge(id);
        }
        if (secret.Path is null)
            return secret.Value.Length <= BuildSecret.MaxBytes ? secret.Value : throw TooLarge(id);
        using SafeFd file = FileDescriptor.Open(Path.GetFullPath(secret.Path), OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        FileStatus status = file.Status();
        if (!status.IsRegular)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read secret '{Linux.Printable.Escape(id)}': it is not a regular file");
        var bytes = new byte[BuildSecret.MaxBytes + 1];
        int length = 0;
        for (int read; length < bytes.Length && (read = file.Read(bytes.AsSpan(length))) > 0;)
            length += read;
        return length <= BuildSecret.MaxBytes ? bytes.AsMemory(0, length) : throw TooLarge(id);
    }

    /// <summary>The socket of an agent; null where there is none of that id.</summary>
    public string? FindAgent(string id) => Agents.GetValueOrDefault(id) ?? Lender?.FindAgent(id);

    private static SlipwayException TooLarge(string id) =>
        new(ErrorKind.InvalidArgument, $"secret '{Linux.Printable.Escape(id)}' is larger than {BuildSecret.MaxBytes >> 10} KiB");
}
