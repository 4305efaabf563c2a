using System.Text;

namespace Cluster.Agent.Drivers.Processes;

/// <summary>Gathers one output of a program while it runs, and calls when that becomes more than is taken.</summary>
/// <param name="longest">The most characters.</param>
/// <param name="whenTooLong">Called once, when there is more.</param>
internal sealed class ProcessOutput(int longest, Action whenTooLong)
{
    private const int PieceLength = 16 * 1024;
    private readonly Lock gate = new();
    private readonly StringBuilder gathered = new();
    private bool isTaken;

    /// <summary>Whether there was more than is taken.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads to the end, until there is too much, or until nobody wants it any more.</summary>
    public async Task ReadAsync(StreamReader from, CancellationToken ct)
    {
        var piece = new char[PieceLength];
        while (await from.ReadAsync(piece, ct) is > 0 and var length)
        {
            if (!Add(piece.AsSpan(0, length))) return;
        }
    }

    /// <summary>What there is so far; nothing more is gathered.</summary>
    public string Take()
    {
        lock (gate)
        {
            isTaken = true;
            return gathered.ToString();
        }
    }

    private bool Add(ReadOnlySpan<char> piece)
    {
        lock (gate)
        {
            if (isTaken) return false;
            IsTooLong = gathered.Length + piece.Length > longest;
            if (!IsTooLong) gathered.Append(piece);
        }

        if (IsTooLong) whenTooLong();
        return !IsTooLong;
    }
}
