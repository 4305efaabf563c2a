using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Cluster.Testing.Network;

/// <summary>What a resolver answered.</summary>
/// <param name="Code">Response code; 0 = no error, 2 = server failure, 3 = no such name.</param>
/// <param name="Records">How many records the answer has.</param>
/// <param name="Authenticated">Whether the resolver says that it has validated the answer (the AD bit).</param>
public sealed record DnsAnswer(int Code, int Records, bool Authenticated);

/// <summary>One question to a resolver from a host of a <see cref="TestNetwork"/>.</summary>
public static class DnsQuestion
{
    /// <summary>Type A.</summary>
    public const ushort A = 1;

    /// <summary>Type SOA.</summary>
    public const ushort Soa = 6;

    /// <summary>Type MX.</summary>
    public const ushort Mx = 15;

    /// <summary>Type TLSA.</summary>
    public const ushort Tlsa = 52;

    private const ushort RecursionAndAuthenticated = 0x0120;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    /// <summary>Asks once.</summary>
    public static async Task<DnsAnswer> AskAsync(NetworkHost from, IPAddress resolver, string name, ushort type)
    {
        using var limit = new CancellationTokenSource(Wait);
        using var socket = from.Datagrams();
        await socket.ConnectAsync(resolver, 53, limit.Token);
        await socket.SendAsync(Question(name, type), limit.Token);
        var answer = new byte[4096];
        var length = await socket.ReceiveAsync(answer, limit.Token);
        if (length < 12) throw new InvalidDataException("The answer is cut off.");
        return new DnsAnswer(answer[3] & 0x0F, BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)), (answer[3] & 0x20) != 0);
    }

    private static byte[] Question(string name, ushort type)
    {
        var question = new List<byte> { 0, 1, RecursionAndAuthenticated >> 8, RecursionAndAuthenticated & 0xFF, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            question.Add((byte)label.Length);
            question.AddRange(Encoding.ASCII.GetBytes(label));
        }

        question.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        return [.. question];
    }
}
