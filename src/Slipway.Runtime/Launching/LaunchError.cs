using System.Text;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Runtime.Launching;

/// <summary>An error on its way from slip-runtime to its caller: one byte of <see cref="ErrorKind"/>, then the sentence.</summary>
internal static class LaunchError
{
    private const int MaxSentence = 64 * 1024;

    public static byte[] Encode(Exception error)
    {
        ErrorKind kind = error is SlipwayException own ? own.Kind : KindOf(error);
        byte[] sentence = Encoding.UTF8.GetBytes(ErrorText.Of(error));
        return [(byte)kind, .. sentence.AsSpan(0, Math.Min(sentence.Length, MaxSentence))];
    }

    public static SlipwayException Decode(ReadOnlySpan<byte> payload) =>
        payload.IsEmpty
            ? new SlipwayException(ErrorKind.Internal, "slip-runtime failed and did not say why")
            : new SlipwayException((ErrorKind)payload[0], Encoding.UTF8.GetString(payload[1..]));

    private static ErrorKind KindOf(Exception error) => error is not LinuxException linux ? ErrorKind.Internal : linux.Errno switch
    {
        Errno.EPERM or Errno.EACCES => ErrorKind.Denied,
        Errno.ENOSPC or Errno.EDQUOT or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE => ErrorKind.Exhausted,
        _ => ErrorKind.Internal,
    };
}
