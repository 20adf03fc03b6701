using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Linux.Sockets;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Seccomp;

/// <summary>Who decides for a filter about the calls that have SCMP_ACT_NOTIFY (config-linux.md#seccomp, <c>listenerPath</c>).</summary>
internal static class SeccompAgent
{
    // The specification's name for the descriptor.
    private const string SeccompFd = "seccompFd";

    /// <summary>Whether a rule asks it. One that is named without that is told all the same, if it is there.</summary>
    public static bool IsNeeded(SeccompSpec spec) => spec.Syscalls?.Any(static rule => rule.Action == SeccompTokens.Notify) == true;

    /// <summary>Takes the listener from a process that waits with its filter loaded, and sends it to the agent.</summary>
    /// <param name="spec">The profile.</param>
    /// <param name="child">The process.</param>
    /// <param name="listener">The listener's number there.</param>
    /// <param name="state">The container's.</param>
    /// <exception cref="SlipwayException">Unavailable: nobody listens.</exception>
    public static void HandOver(SeccompSpec spec, ChildStarted child, int listener, OciState state)
    {
        using SafeFd taken = PidFd.Copy(child.PidFd, listener);
        byte[] document = OciStateJson.Write(new ContainerProcessState
        {
            OciVersion = state.OciVersion,
            Fds = [SeccompFd],
            Pid = child.Pid,
            Metadata = spec.ListenerMetadata,
            State = state,
        });
        try
        {
            using SafeFd socket = UnixSocket.Connect(spec.ListenerPath ?? "");
            DescriptorMessage.Send(socket, taken, document);
        }
        catch (LinuxException) when (!IsNeeded(spec))
        {
        }
        catch (LinuxException error)
        {
            throw new SlipwayException(ErrorKind.Internal, $"failed to connect with seccomp agent: {error.Message}", error)
            {
                Hint = "start the agent first; linux.seccomp.listenerPath names its socket",
            };
        }
    }
}
