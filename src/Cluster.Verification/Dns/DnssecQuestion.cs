using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cluster.Verification.Dns;

/// <summary>
/// Asks a resolver for records with the DO and AD bits (RFC 4035, 3.2; RFC 6840, 5.7) and reads the head of its answer: whether it says
/// that it validated them. The records themselves do not matter, and so neither does a truncated answer.
/// </summary>
/// <param name="Name">A-labels; a single dot for the root.</param>
/// <param name="Type">Type of the records, as IANA numbers them.</param>
public sealed record DnssecQuestion(string Name, ushort Type)
{
    /// <summary>NS.</summary>
    public const ushort NameServers = 2;

    /// <summary>MX.</summary>
    public const ushort MailHosts = 15;

    private const ushort ClassInternet = 1;
    private const ushort Options = 41;
    private const ushort PayloadSize = 1232;
    private const ushort Answers = 0x8000;
    private const ushort Recursion = 0x0100;
    private const ushort Authentic = 0x0020;
    private const ushort CodeMask = 0x000f;
    private const ushort NoSuchName = 3;
    private const int HeadLength = 12;
    private const int LongestLabel = 63;
    private const int Tries = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Asks over UDP, and once more when nothing comes back within three seconds.</summary>
    /// <param name="server">The resolver.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<DnssecVerdict> AskAsync(IPEndPoint server, CancellationToken ct)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
            if (Message(id) is not { } message) return DnssecVerdict.None;
            try
            {
                using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                await socket.ConnectAsync(server, ct);
                await socket.SendAsync(message, ct);
                if (await ReceiveAsync(socket, id, ct) is { } answer) return answer;
            }
            catch (SocketException)
            {
                // Nobody listens there, or no network leads there: asked once more, as the system's own resolver does.
            }
        }

        return DnssecVerdict.None;
    }

    private static async Task<DnssecVerdict?> ReceiveAsync(Socket socket, ushort id, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, limit.Token);
                if (length < HeadLength || BinaryPrimitives.ReadUInt16BigEndian(buffer) != id) continue;
                var flags = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2));
                if ((flags & Answers) == 0) continue;
                if ((flags & CodeMask) is not (0 or NoSuchName)) return DnssecVerdict.None;
                return (flags & Authentic) != 0 ? DnssecVerdict.Validated : DnssecVerdict.NotValidated;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    // Head, question, and an OPT record with the DO bit (RFC 6891, 6.1); null for what is no name.
    private byte[]? Message(ushort id)
    {
        using var message = new MemoryStream();
        foreach (var number in new ushort[] { id, Recursion | Authentic, 1, 0, 0, 1 }) Write(message, number);
        foreach (var label in Name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (label.Length > LongestLabel || !Ascii.IsValid(label)) return null;
            message.WriteByte((byte)label.Length);
            message.Write(Encoding.ASCII.GetBytes(label));
        }

        message.WriteByte(0);
        Write(message, Type);
        Write(message, ClassInternet);
        message.WriteByte(0);
        foreach (var number in new ushort[] { Options, PayloadSize, 0, Answers, 0 }) Write(message, number);
        return message.ToArray();
    }

    private static void Write(Stream message, ushort number)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(two, number);
        message.Write(two);
    }
}

/// <summary>What a resolver said.</summary>
public enum DnssecVerdict
{
    /// <summary>Nothing, or that it cannot tell (as when a signature is bad).</summary>
    None,

    /// <summary>There is an answer, and nobody validated it: the names are not signed, or the resolver does not look.</summary>
    NotValidated,

    /// <summary>The answer is validated, by what the resolver says.</summary>
    Validated,
}
