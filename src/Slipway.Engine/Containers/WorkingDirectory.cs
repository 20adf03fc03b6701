using System.Text;
using Slipway.Engine.Copying;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Engine.Containers;

/// <summary>
/// The directory in which a container's process begins. A start makes it where it is missing; until the first one it is made for whoever looks into the
/// container, since docker makes it at create and clients count on that.
/// </summary>
internal static class WorkingDirectory
{
    private const uint Mode = 0b111_101_101;

    /// <summary>The refusal of one that doesn't begin at the root, in docker's words.</summary>
    public static SlipwayException NotAbsolute(string path) => new(ErrorKind.InvalidArgument, $"the working directory '{Linux.Printable.Escape(path)}' is invalid, it needs to be an absolute path");

    /// <summary>Whether a container that never ran may lack it.</summary>
    public static bool IsMissing(EngineContext context, ContainerRecord record) => record.StartedAt is null && !record.IsRunning && PathOf(context, record).Length > 0;

    /// <summary>Makes it, with what is above it, beneath the container's root; what is there already stays as it is.</summary>
    /// <param name="context">Where the image is.</param>
    /// <param name="record">The container.</param>
    /// <param name="root">Its files, without its volumes.</param>
    public static void Make(EngineContext context, ContainerRecord record, DirFd root)
    {
        if (!IsMissing(context, record))
            return;
        string made = "";
        foreach (string name in PathOf(context, record).Split('/'))
        {
            using DirFd? above = root.TryOpenDirectory(Encoding.UTF8.GetBytes(made.Length == 0 ? "." : made), Resolve.InRoot);
            // A file or a link to nothing is in the way: the start will say so.
            if (above is null || name == ".." || (!above.TryMakeDirectory(Encoding.UTF8.GetBytes(name), Mode) && !above.TryStatus(Encoding.UTF8.GetBytes(name), out _)))
                return;
            made = made.Length == 0 ? name : $"{made}/{name}";
        }
    }

    private static string PathOf(EngineContext context, ContainerRecord record) =>
        CopyPath.Clean(record.Request.WorkingDirectory ?? context.Store.Images.Find(record.ImageId.ToString())?.Config.Config?.WorkingDir ?? "");
}
