using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Build.Context;
using Slipway.Linux.Files;

namespace Slipway.Api.BuildKit;

/// <summary>What the two ends of a file sync say to each other: fsutil.types.Packet.</summary>
internal static class SyncPacket
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public enum Kind
    {
        /// <summary>An entry; an empty one is the end of all.</summary>
        Stat = 0,

        /// <summary>The receiver wants an entry's content.</summary>
        Request = 1,

        /// <summary>A piece of it; an empty one is its end.</summary>
        Data = 2,

        /// <summary>All is there.</summary>
        Finished = 3,

        /// <summary>It went wrong; why is the data.</summary>
        Error = 4,
    }

    /// <summary>A packet, taken apart. Its spans are the message's.</summary>
    public ref struct Parts
    {
        public Kind Kind;
        public bool HasStat;
        public ReadOnlySpan<byte> Stat;
        public int Id;
        public ReadOnlySpan<byte> Data;
    }

    public static Parts Read(ReadOnlySpan<byte> message)
    {
        var parts = new Parts();
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: parts.Kind = (Kind)reader.Number; break;
                case 2:
                    parts.HasStat = true;
                    parts.Stat = reader.Bytes;
                    break;
                case 3: parts.Id = (int)reader.Number; break;
                case 4: parts.Data = reader.Bytes; break;
            }
        }
        return parts;
    }

    public static ProtoWriter Of(Kind kind, int id = 0) => new ProtoWriter().Number(1, (int)kind).Number(3, id);

    public static ProtoWriter Of(int id, ReadOnlySpan<byte> data) => Of(Kind.Data, id).Bytes(4, data);

    /// <summary>fsutil.types.Stat. Owners and extended attributes are the client's own affair.</summary>
    public static ContextEntry ReadEntry(ReadOnlySpan<byte> stat)
    {
        byte[] path = [], link = [];
        uint mode = 0;
        long size = 0, time = 0;
        for (var reader = new ProtoReader(stat); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: path = reader.Bytes.ToArray(); break;
                case 2: mode = (uint)reader.Number; break;
                case 5: size = reader.Number; break;
                case 6: time = reader.Number; break;
                case 7: link = reader.Bytes.ToArray(); break;
            }
        }
        (long seconds, long nanoseconds) = Math.DivRem(time, NanosecondsPerSecond);
        if (nanoseconds < 0)
            (seconds, nanoseconds) = (seconds - 1, nanoseconds + NanosecondsPerSecond);
        return new(path, GoFileMode.TypeOf(mode), GoFileMode.ModeOf(mode), size, new FileTime(seconds, (uint)nanoseconds), link);
    }

    /// <summary>An entry, to be sent.</summary>
    public static ProtoWriter Of(ReadOnlySpan<byte> path, in FileStatus status, ReadOnlySpan<byte> link) => new ProtoWriter().Message(2, StatOf(path, status, link));

    /// <summary>fsutil.types.Stat.</summary>
    public static ProtoWriter StatOf(ReadOnlySpan<byte> path, in FileStatus status, ReadOnlySpan<byte> link) => new ProtoWriter()
        .Bytes(1, path).Number(2, GoFileMode.Of(status)).Number(3, status.Uid).Number(4, status.Gid).Number(5, status.IsRegular ? status.Size : 0)
        .Number(6, status.Modified.Seconds * NanosecondsPerSecond + status.Modified.Nanoseconds).Bytes(7, link);

    /// <summary>What the other end says went wrong.</summary>
    public static GrpcException ErrorOf(Parts packet) => new(GrpcCode.Unknown, $"the client's files: {Linux.Printable.Escape(System.Text.Encoding.UTF8.GetString(packet.Data))}");
}
