namespace Slipway.Runtime.Plan;

/// <summary>A cell that holds a result (mostly a descriptor) for later operations.</summary>
internal readonly record struct Register(int Index);

/// <summary>Zeroed memory that calls write to and checks read from.</summary>
internal sealed class PlanBuffer(int size)
{
    public int Size { get; } = size;
}

/// <summary>What an <see cref="Operand"/> stands for.</summary>
internal enum OperandKind { Number, Register, Text, Bytes, Words, Buffer }

/// <summary>One argument of an operation: a number, a register, or the address of something that the encoder puts into memory.</summary>
internal readonly record struct Operand(OperandKind Kind, long Value, object? Data = null)
{
    public static implicit operator Operand(long value) => new(OperandKind.Number, value);

    public static implicit operator Operand(string text) => new(OperandKind.Text, 0, text);

    public static implicit operator Operand(byte[] bytes) => new(OperandKind.Bytes, 0, bytes);

    public static implicit operator Operand(Register register) => new(OperandKind.Register, register.Index);

    public static implicit operator Operand(PlanBuffer buffer) => new(OperandKind.Buffer, 0, buffer);

    /// <summary>An address inside a buffer.</summary>
    public static Operand At(PlanBuffer buffer, int offset) => new(OperandKind.Buffer, offset, buffer);

    /// <summary>The address of these 64-bit words: a struct, or a vector of addresses. Registers can't be among them.</summary>
    public static Operand Words(params Operand[] words) => new(OperandKind.Words, 0, words);

    /// <summary>A vector of texts that ends in null.</summary>
    public static Operand Texts(IReadOnlyList<string> texts)
    {
        var words = new Operand[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
            words[i] = texts[i];
        words[^1] = 0;
        return Words(words);
    }
}
