namespace Slipway.Runtime.Logs;

/// <summary>Finds where the last records of a log begin, from its end backwards.</summary>
internal static class LogTail
{
    private const int BlockSize = 64 * 1024;

    /// <summary>The position of the <paramref name="count"/>th line from the end, or 0 when there are fewer.</summary>
    /// <param name="file">The log.</param>
    /// <param name="count">How many lines are wanted.</param>
    /// <param name="found">How many there are of them.</param>
    public static long Find(Stream file, int count, out int found)
    {
        found = 0;
        long position = file.Length;
        if (count <= 0)
            return position;
        byte[] block = new byte[BlockSize];
        // The line feed at the very end closes the last line and begins none.
        int left = count + 1;
        bool ends = false;
        while (position > 0)
        {
            int size = (int)Math.Min(BlockSize, position);
            position -= size;
            file.Position = position;
            file.ReadExactly(block, 0, size);
            for (int i = size - 1; i >= 0; i--)
            {
                if (block[i] != '\n')
                    continue;
                ends = true;
                if (--left > 0)
                    continue;
                found = count;
                return position + i + 1;
            }
        }
        found = ends ? count + 1 - left : 0;
        return 0;
    }
}
