namespace Slipway.Engine.Containers;

/// <summary>
/// Where a container's parts are.
/// <code>
/// DATA/containers/ID     its writable layer: the upper directory of the overlay, nothing else
/// DATA/work/ID           the overlay's work directory
/// DATA/logs/ID.log       what it printed; ID.log.1 and so on: before that
/// DATA/exits/ID.json     how it ended, from the monitor, until a command has put that into the database
/// DATA/trash/           volumes that were removed and can be brought back; a removed container's layer and log stay where they are
/// DATA/skeleton/         dev, proc, sys: the lowest layer of every container
/// DATA/places/           etc/hosts and its like: lower still, where one starts
/// RUN/containers/ID/     config.json, monitor.json, state.json, attach.sock, networks/
/// RUN/etc/ID/            hosts, hostname, resolv.conf
/// RUN/networks/          names in networks; see NameDirectory
/// RUN/locks/ID           orders the operations on it
/// RUN/builds/step-…      what RUN/containers/ID is, for a RUN step
/// RUN/builds/net-…       a network that steps of a build have one after another; its address is a row of that name
/// </code>
/// The writable layer stands alone, without a directory around it, because each directory costs a container 4 KiB of disk.
/// </summary>
internal sealed class ContainerPaths(EngineOptions options)
{
    public string Upper(string id) => Path.Combine(options.DataRoot, "containers", id);

    public string Work(string id) => Path.Combine(options.DataRoot, "work", id);

    public string Log(string id) => Path.Combine(options.DataRoot, "logs", id + ".log");

    /// <summary>Where exit records come in.</summary>
    public string Exits => Path.Combine(options.DataRoot, "exits");

    public string Exit(string id) => Path.Combine(Exits, id + ".json");

    /// <summary>Where the monitor puts the exit record of a container that removes itself, and any when the data root's disk is full.</summary>
    public string ExitElsewhere(string id) => Path.Combine(Run(id), "exit.json");

    public string Run(string id) => Path.Combine(options.RunRoot, "containers", id);

    /// <summary>What its run is configured by; it goes when the end of that is in the row, so that it tells of a start that was cut off.</summary>
    public string Config(string id) => Path.Combine(Run(id), "config.json");

    public string Lock(string id) => Path.Combine(options.RunRoot, "locks", id);

    /// <summary>The lock of whoever has entered it.</summary>
    public string Entered(string id) => Lock(id) + ".entered";

    /// <summary>The lock of who has its files mounted while it doesn't run, to copy: shared by those who only read.</summary>
    public string Copying(string id) => Lock(id) + ".copy";

    /// <summary>The lock of whoever makes it again.</summary>
    public string Recreation(string id) => Lock(id) + ".recreate";

    /// <summary>Where trees are that are being removed.</summary>
    public RemovalBin Bin { get; } = new(Path.Combine(options.DataRoot, "removing"));

    /// <summary>Directories of RUN steps; see <see cref="Builds.StepBundle"/>.</summary>
    public string Builds => Path.Combine(options.RunRoot, "builds");

    /// <summary>
    /// The lowest layer of every container: the directories that the kernel's file systems are mounted on. An image without them would
    /// otherwise get them in each container's writable layer, where they cost disk and show up as changes.
    /// </summary>
    public string Skeleton => Path.Combine(options.DataRoot, "skeleton");

    /// <summary>
    /// Below the skeleton of a container that starts: the files that its own are mounted on, and the empty <c>/.dockerenv</c> by which programs tell that
    /// they are in a container. They are no part of its image, for a volume to be filled with.
    /// </summary>
    public string NamePlaces => Path.Combine(options.DataRoot, "places");

    /// <summary>The files that tell the container names. Not in <see cref="Run"/>, which its root covers where they are to be mounted from.</summary>
    public string NameFiles(string id) => Path.Combine(options.RunRoot, "etc", id);

    /// <summary>Who is called what in which network.</summary>
    public string Names => Path.Combine(options.RunRoot, "networks");

    /// <summary>The networks that a container is in, for its name server.</summary>
    public string Memberships(string id) => Path.Combine(Run(id), "networks");

    public string SeccompCache => Path.Combine(options.RunRoot, "seccomp");

    /// <summary>Makes the shared directories, readable by nobody else (invariant I14).</summary>
    public void CreateRoots()
    {
        foreach (string name in (ReadOnlySpan<string>)["containers", "work", "logs", "exits", "trash", "removing"])
            CreatePrivate(Path.Combine(options.DataRoot, name));
        CreatePrivate(Skeleton);
        foreach (string name in (ReadOnlySpan<string>)["dev", "proc", "sys"])
            CreateForAll(Path.Combine(Skeleton, name));
        CreatePrivate(NamePlaces);
        CreateForAll(Path.Combine(NamePlaces, "etc"));
        foreach (string name in (ReadOnlySpan<string>)["hosts", "hostname", "resolv.conf"])
            CreateEmpty(Path.Combine(NamePlaces, "etc", name));
        CreateEmpty(Path.Combine(NamePlaces, ".dockerenv"));
        foreach (string name in (ReadOnlySpan<string>)["containers", "locks", "seccomp", "builds", "networks", "etc"])
            CreatePrivate(Path.Combine(options.RunRoot, name));
    }

    // Under a root of 0700, and seen inside containers, where everyone may look.
    private static void CreateForAll(string path)
    {
        const UnixFileMode Everyone = (UnixFileMode)0b111_101_101;
        if (!Directory.Exists(path))
            Directory.CreateDirectory(path, Everyone);
    }

    private static void CreateEmpty(string path)
    {
        if (File.Exists(path))
            return;
        File.WriteAllBytes(path, []);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
    }

    private static void CreatePrivate(string path)
    {
        if (!Directory.Exists(path))
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
