using Slipway.Cli.Commands;

namespace Slipway.Cli.CommandLine;

/// <summary>Every command, in the order of the help. One line each; the factory runs only for the one that was called.</summary>
internal static class CommandTable
{
    public static IReadOnlyList<CommandEntry> All { get; } =
    [
        new("run", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a container from an image and start it", () => new RunCommand()) { Aliases = ["container run"] },
        new("create", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a container without starting it", () => new CreateCommand()) { Aliases = ["container create"] },
        new("start", "[OPTIONS] CONTAINER [CONTAINER...]", "Start containers again: their writable layer is as they left it", () => new StartCommand()) { Aliases = ["container start"] },
        new("stop", "[OPTIONS] CONTAINER [CONTAINER...]", "Stop containers; what they wrote stays until rm", () => new StopCommand()) { Aliases = ["container stop"] },
        new("restart", "[OPTIONS] CONTAINER [CONTAINER...]", "Stop and start containers", () => new RestartCommand()) { Aliases = ["container restart"] },
        new("kill", "[OPTIONS] CONTAINER [CONTAINER...]", "Send a signal to containers", () => new KillCommand()) { Aliases = ["container kill"] },
        new("pause", "CONTAINER [CONTAINER...]", "Keep all processes of containers still", () => new PauseCommand()) { Aliases = ["container pause"] },
        new("unpause", "CONTAINER [CONTAINER...]", "Let paused containers go on", () => new UnpauseCommand()) { Aliases = ["container unpause"] },
        new("attach", "[OPTIONS] CONTAINER", "Attach to the streams of a running container", () => new AttachCommand()) { Aliases = ["container attach"] },
        new("rename", "CONTAINER NEW_NAME", "Give a container another name", () => new RenameCommand()) { Aliases = ["container rename"] },
        new("update", "[OPTIONS] CONTAINER [CONTAINER...]", "Give containers other limits, or another restart policy", () => new UpdateCommand()) { Aliases = ["container update"] },
        new("top", "CONTAINER [ps OPTIONS]", "List the processes of a container", () => new TopCommand()) { Aliases = ["container top"] },
        new("stats", "[OPTIONS] [CONTAINER...]", "Show what containers use of processors, memory, network and disks", () => new StatsCommand()) { Aliases = ["container stats"] },
        new("events", "[OPTIONS]", "Show what happens, and what has happened", () => new EventsCommand()) { Aliases = ["system events"] },
        new("rm", "[OPTIONS] CONTAINER [CONTAINER...]", "Remove containers and their writable layers", () => new RmCommand()) { Aliases = ["container rm", "container remove"] },
        new("undo", "[OPTIONS] [CONTAINER|VOLUME]", "Bring back what was removed; without a name, show what can be", () => new UndoCommand()),
        new("trash ls", "[OPTIONS]", "List what was removed and can be brought back", () => new TrashLsCommand()) { Aliases = ["trash list"] },
        new("trash rm", "[OPTIONS] [CONTAINER|VOLUME...]", "Remove for good what is in the trash", () => new TrashRmCommand()) { Aliases = ["trash remove"] },
        new("recreate", "[OPTIONS] CONTAINER", "Make a container again from its image as that is now, with changes; volumes stay", () => new RecreateCommand()),
        new("outdated", "[OPTIONS] [CONTAINER...]", "List containers whose image's name has moved on", () => new OutdatedCommand()),
        new("salvage", "[OPTIONS] CONTAINER:PATH --to VOLUME", "Copy a directory out of a container into a new volume", () => new SalvageCommand()),
        new("doctor", "[OPTIONS] [CONTAINER...]", "Find what loses data or lets strangers in, and how to mend it", () => new DoctorCommand()),
        new("why", "[OPTIONS] [CONTAINER|last]", "Show why a container ended: cause, last output, memory, files changed", () => new WhyCommand()),
        new("protect", "[OPTIONS] [CONTAINER|VOLUME|IMAGE...]", "Keep things from every removal and prune; without a name, show what is kept", () => new ProtectCommand()),
        new("unprotect", "[OPTIONS] CONTAINER|VOLUME|IMAGE [...]", "Let things be removed again", () => new UnprotectCommand()),
        new("ps", "[OPTIONS]", "List containers; -s shows what each added to its image", () => new PsCommand()) { Aliases = ["container ls", "container list", "container ps"] },
        new("logs", "[OPTIONS] CONTAINER", "Show what a container printed", () => new LogsCommand()) { Aliases = ["container logs"] },
        new("exec", "[OPTIONS] CONTAINER COMMAND [ARG...]", "Run a command in a running container", () => new ExecCommand()) { Aliases = ["container exec"] },
        new("inspect", "[OPTIONS] NAME|ID [NAME|ID...]", "Show all that is known of containers, images or volumes", () => new InspectCommand()) { Aliases = ["container inspect"] },
        new("command", "[OPTIONS] CONTAINER", "Print what created a container: as a command line, compose file, systemd unit, API request", () => new CommandCommand()) { Aliases = ["container command"] },
        new("diff", "[OPTIONS] CONTAINER | THING THING", "List what a container changed, or how two images, layers or containers differ", () => new DiffCommand()) { Aliases = ["container diff"] },
        new("commit", "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]", "Make an image from a container's changes", () => new CommitCommand()) { Aliases = ["container commit"] },
        new("cp", "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|- | SRC_PATH|- CONTAINER:DEST_PATH", "Copy files between a container and the host", () => new CpCommand()) { Aliases = ["container cp"] },
        new("export", "[OPTIONS] CONTAINER", "Write a container's files to a tar archive", () => new ExportCommand()) { Aliases = ["container export"] },
        new("wait", "[OPTIONS] CONTAINER [CONTAINER...]", "Wait until containers end; print their exit codes", () => new WaitCommand()) { Aliases = ["container wait"] },
        new("build", "[OPTIONS] PATH | URL | -", "Build an image from a Dockerfile", () => new BuildCommand()) { Aliases = ["image build", "builder build", "buildx build"] },
        new("enter", "[OPTIONS] CONTAINER [COMMAND] [ARG...] | --build ID|LAST [COMMAND] [ARG...]", "Open a shell in a container that doesn't run, or where a build's step failed", () => new EnterCommand()),
        new("builder du", "[OPTIONS]", "Show what the cache of builds holds", () => new BuilderDuCommand()) { Aliases = ["buildx du"] },
        new("builder prune", "[OPTIONS]", "Give up what builds keep for the next ones", () => new BuilderPruneCommand()) { Aliases = ["buildx prune"] },
        new("images", "[OPTIONS] [REPOSITORY[:TAG]]", "List images", () => new ImagesCommand()) { Aliases = ["image ls", "image list"] },
        new("image inspect", "[OPTIONS] IMAGE [IMAGE...]", "Show an image's configuration and layers", () => new ImageInspectCommand()),
        new("image tree", "[IMAGE...]", "Show images, their layers and the containers that stand on them", () => new ImageTreeCommand()),
        new("history", "[OPTIONS] IMAGE", "Show how each layer of an image came to be", () => new HistoryCommand()) { Aliases = ["image history"] },
        new("explain", "[OPTIONS] IMAGE [PATH]", "Show where a file of an image comes from, or where the image's bytes are", () => new ExplainCommand()) { Aliases = ["image explain"] },
        new("tag", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Point another name at an image", () => new TagCommand()) { Aliases = ["image tag"] },
        new("untag", "IMAGE [NAME...]", "Take names away from an image", () => new UntagCommand()) { Aliases = ["image untag"] },
        new("rmi", "[OPTIONS] IMAGE [IMAGE...]", "Remove names of images, and images without a name", () => new RmiCommand()) { Aliases = ["image rm", "image remove"] },
        new("pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Bring an image from a registry", () => new PullCommand()) { Aliases = ["image pull"] },
        new("push", "[OPTIONS] NAME[:TAG]", "Bring an image to a registry", () => new PushCommand()) { Aliases = ["image push"] },
        new("search", "[OPTIONS] TERM", "Look for images at a registry", () => new SearchCommand()),
        new("login", "[OPTIONS] [SERVER]", "Log in to a registry", () => new LoginCommand()),
        new("logout", "[SERVER]", "Log out from a registry", () => new LogoutCommand()),
        new("save", "[OPTIONS] IMAGE [IMAGE...]", "Write images to a tar archive", () => new SaveCommand()) { Aliases = ["image save"] },
        new("load", "[OPTIONS]", "Read images from a tar archive", () => new LoadCommand()) { Aliases = ["image load"] },
        new("import", "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]", "Make an image from a root file system's tar archive", () => new ImportCommand()) { Aliases = ["image import"] },
        new("volume create", "[OPTIONS] [VOLUME]", "Create a volume", () => new VolumeCreateCommand()),
        new("volume ls", "[OPTIONS]", "List volumes", () => new VolumeLsCommand()) { Aliases = ["volume list"] },
        new("volume inspect", "VOLUME [VOLUME...]", "Show volumes", () => new VolumeInspectCommand()),
        new("volume rm", "[OPTIONS] VOLUME [VOLUME...]", "Remove volumes and what is in them", () => new VolumeRmCommand()) { Aliases = ["volume remove"] },
        new("system df", "[OPTIONS]", "Show what images, containers, volumes and builds occupy, every byte of it", () => new SystemDfCommand()) { Aliases = ["df"] },
        new("system compact", "[OPTIONS] [IMAGE...]", "Keep layers once: drop the packed copies that can be made again", () => new SystemCompactCommand()),
        new("port", "CONTAINER [PORT[/PROTO]]", "List the host's ports that lead into a container", () => new PortCommand()) { Aliases = ["container port"] },
        new("network create", "[OPTIONS] NETWORK", "Create a network", () => new NetworkCreateCommand()),
        new("network ls", "[OPTIONS]", "List networks", () => new NetworkLsCommand()) { Aliases = ["network list"] },
        new("network inspect", "[OPTIONS] NETWORK [NETWORK...]", "Show networks and who is in them", () => new NetworkInspectCommand()),
        new("network rm", "[OPTIONS] NETWORK [NETWORK...]", "Remove networks", () => new NetworkRmCommand()) { Aliases = ["network remove"] },
        new("network connect", "[OPTIONS] NETWORK CONTAINER", "Put a container into one more network", () => new NetworkConnectCommand()),
        new("network disconnect", "[OPTIONS] NETWORK CONTAINER", "Take a container out of a network", () => new NetworkDisconnectCommand()),
        new("network prune", "[OPTIONS]", "Remove networks that no container is in", () => new NetworkPruneCommand()),
        new("prune", "[OPTIONS]", "Show what nobody uses and what it would free; --apply removes that", () => new PruneCommand()),
        new("container prune", "[OPTIONS]", "Remove all stopped containers", () => new ContainerPruneCommand()),
        new("image prune", "[OPTIONS]", "Remove unused images", () => new ImagePruneCommand()),
        new("volume prune", "[OPTIONS]", "Remove unused volumes", () => new VolumePruneCommand()),
        new("system prune", "[OPTIONS]", "Remove unused containers, networks, images and build cache", () => new SystemPruneCommand()),
        new("system start", "", "Start what should run after a reboot", () => new SystemStartCommand()),
        new("system stop", "", "Stop all containers before the host goes down", () => new SystemStopCommand()),
        new("system check", "[OPTIONS]", "Read everything that is kept, and say what is damaged", () => new SystemCheckCommand()),
        new("image verify", "[IMAGE...]", "Compare images with their recorded content, file by file", () => new ImageVerifyCommand()),
        new("info", "", "Show what this host allows and where things are kept", () => new InfoCommand()) { Aliases = ["system info"] },
        new("completion", "SHELL", "Print what bash, zsh or fish needs to complete commands and names", () => new CompletionCommand()),
        new("__complete", "[WORD...]", "Print what may come next", () => new CompleteCommand()) { Hidden = true },
        new("version", "", "Show the version", () => new VersionCommand()),
        new("container reap", "CONTAINER", "Settle a container whose client is gone", () => new ReapCommand()) { Hidden = true },
        new("container revive", "CONTAINER", "Start a container again after its policy", () => new ReviveCommand()) { Hidden = true },
        new("system tidy-trash", "", "Remove from the trash what is too old or too much", () => new TidyTrashCommand()) { Hidden = true },
        new("system finish-removal", "STAGING LEASE", "Remove from the disk what was taken away", () => new FinishRemovalCommand()) { Hidden = true },
    ];

    /// <summary>The entry that the first words name; null where none does.</summary>
    public static CommandEntry? Find(ReadOnlySpan<string> args, out int words)
    {
        string? two = args.Length > 1 ? $"{args[0]} {args[1]}" : null;
        foreach (CommandEntry entry in All)
        {
            if (two is not null && (entry.Name == two || entry.Aliases.Contains(two)))
            {
                words = 2;
                return entry;
            }
        }
        foreach (CommandEntry entry in All)
        {
            if (entry.Name == args[0] || entry.Aliases.Contains(args[0]))
            {
                words = 1;
                return entry;
            }
        }
        words = 0;
        return null;
    }
}
