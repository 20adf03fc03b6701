using System.Text;
using Slipway.Build.Progress;
using Slipway.Engine;
using Slipway.Engine.Builds;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>Brings what a graph came to into a directory.</summary>
internal sealed class GraphRun(SlipwayEngine engine, SolveProgress progress)
{
    public async Task<GraphTree> RunAsync(GraphResult result, CancellationToken ct)
    {
        int number = progress.Begin(result switch
        {
            GraphResult.Remote remote => $"[internal] load {Printable.Escape(BuildManager.Shown(remote.Url))}",
            GraphResult.Download file => $"[internal] load {Printable.Escape(BuildManager.Shown(file.Url))}",
            _ => "[internal] make files",
        });
        try
        {
            GraphTree tree = result switch
            {
                GraphResult.Remote remote => Tree(await engine.Builds.FetchAsync(remote.Url, ct).ConfigureAwait(false)),
                GraphResult.Download file => await FetchAsync(file, ct).ConfigureAwait(false),
                GraphResult.Files files => Make(files),
                _ => throw new InvalidOperationException(),
            };
            progress.StepEnded(number, StepOutcome.Done, TimeSpan.Zero);
            return tree;
        }
        catch (Exception e)
        {
            progress.Fail(e is OperationCanceledException ? "context canceled" : Wire.ApiError.MessageOf(e));
            throw;
        }
    }

    private static GraphTree Tree(Engine.Builds.Contexts.PreparedContext context) => new(context.Directory, context);

    private async Task<GraphTree> FetchAsync(GraphResult.Download file, CancellationToken ct)
    {
        LockedDirectory stage = engine.Builds.NewStage();
        try
        {
            Digest digest = await engine.Builds.DownloadAsync(new Uri(file.Url), stage.Directory, file.FileName, ct).ConfigureAwait(false);
            return file.Checksum is null || file.Checksum == digest.ToString()
                ? new(stage.Path, stage)
                : throw new SlipwayException(ErrorKind.Conflict, $"{Printable.Escape(BuildManager.Shown(file.Url))}: its content is {digest}, and the graph says {Printable.Escape(file.Checksum)}");
        }
        catch
        {
            stage.Dispose();
            throw;
        }
    }

    private GraphTree Make(GraphResult.Files files)
    {
        const uint ParentMode = 0b111_101_101;
        LockedDirectory stage = engine.Builds.NewStage();
        try
        {
            foreach (GraphFile file in files.All)
            {
                DirFd parent = stage.Directory.Reopen();
                try
                {
                    foreach (byte[] name in file.Path.SkipLast(1).Select(Encoding.UTF8.GetBytes))
                    {
                        if (file.MakesParents)
                            parent.TryMakeDirectory(name, ParentMode);
                        DirFd below = parent.TryOpenDirectory(name) ?? throw new SlipwayException(ErrorKind.NotFound, $"make {Shown(file)}: the directory '{Printable.Escape(Encoding.UTF8.GetString(name))}' is not there");
                        parent.Dispose();
                        parent = below;
                    }
                    Make(file, parent, Encoding.UTF8.GetBytes(file.Path[^1]));
                }
                finally
                {
                    parent.Dispose();
                }
            }
            return new(stage.Path, stage);
        }
        catch
        {
            stage.Dispose();
            throw;
        }
    }

    private static void Make(GraphFile file, DirFd parent, byte[] name)
    {
        if (file.Content is null)
        {
            if (!parent.TryMakeDirectory(name) && !file.MakesParents)
                throw new SlipwayException(ErrorKind.AlreadyExists, $"make {Shown(file)}: it is there");
        }
        else
        {
            // A later one takes the place of an earlier, as where files are written.
            if (parent.TryStatus(name, out FileStatus there) && there.IsRegular)
                parent.TryUnlink(name);
            using SafeFd made = parent.TryCreateFile(name) ?? throw new SlipwayException(ErrorKind.AlreadyExists, $"make {Shown(file)}: it is there");
            made.WriteAt(file.Content, 0);
        }
        parent.SetMode(name, file.Mode);
    }

    private static string Shown(GraphFile file) => $"'{Printable.Escape(string.Join('/', file.Path))}'";
}
