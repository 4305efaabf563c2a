using System.Buffers.Binary;
using Cluster.Contracts.Settings;

namespace Cluster.Verification.Tls;

/// <summary>
/// Asks a server by a bare ClientHello whether it takes one version, some suites, a kind of certificate. Nothing is agreed on: up to
/// TLS 1.2 the answer counts when the server has sent all of its first flight (RFC 5246, 7.3), since a server may choose a version
/// first and
/// find out later that it cannot sign for it; in TLS 1.3 its ServerHello, or its request for another one, says as much.
/// </summary>
public static class ClientHelloProbe
{
    private const int MostBytes = 256 * 1024;
    private const int LongestRecord = (1 << 14) + 2048;
    private const byte Alert = 21;
    private const byte HandshakeRecord = 22;
    private const byte WarningLevel = 1;
    private const int SupportedVersions = 43;

    /// <summary>Asks over an open connection, at the point where TLS begins; the connection is of no use afterwards.</summary>
    /// <returns>What it answered; a connection that it closed is a refusal.</returns>
    /// <exception cref="IOException">What came back is not TLS.</exception>
    public static async Task<ServerHelloSeen> AskAsync(Stream connection, HelloOffer offer, CancellationToken ct)
    {
        try
        {
            await connection.WriteAsync(ClientHello.Write(offer), ct);
            await connection.FlushAsync(ct);
            return await ReadAsync(connection, new Flight(offer.Version), ct);
        }
        catch (Exception e) when (e is EndOfStreamException || IsReset(e))
        {
            return ServerHelloSeen.Refused("it closed the connection");
        }
    }

    private static bool IsReset(Exception e) => e is IOException { InnerException: System.Net.Sockets.SocketException };

    private static async Task<ServerHelloSeen> ReadAsync(Stream connection, Flight flight, CancellationToken ct)
    {
        var header = new byte[5];
        for (var total = 0; total < MostBytes;)
        {
            await connection.ReadExactlyAsync(header, ct);
            var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3));
            if (header[0] is < 20 or > 23 || header[1] != 3 || length > LongestRecord)
                throw new IOException("What answers there does not speak TLS.");
            var content = new byte[length];
            await connection.ReadExactlyAsync(content, ct);
            total += length;
            if (Take(header[0], content, flight) is { } answer) return answer;
        }

        throw new IOException("The server's answer has no end.");
    }

    private static ServerHelloSeen? Take(byte type, byte[] content, Flight flight)
    {
        if (type == HandshakeRecord) return flight.Take(content);
        return type == Alert && content is [not WarningLevel, var code, ..]
            ? ServerHelloSeen.Refused($"it answered with the alert \"{ServerHelloSeen.AlertName(code)}\"")
            : null;
    }

    // The messages that a server sends before it waits for the client; a record may hold several, or a part of one.
    private sealed class Flight(TlsVersion offered)
    {
        private const byte ServerHello = 2;
        private const byte Certificate = 11;
        private const byte ServerHelloDone = 14;
        private byte[] waiting = [];
        private ServerHelloSeen so = new() { IsAccepted = true };

        public ServerHelloSeen? Take(byte[] content)
        {
            waiting = [.. waiting, .. content];
            while (waiting.Length >= 4)
            {
                var length = (waiting[1] << 16) | (waiting[2] << 8) | waiting[3];
                if (waiting.Length < 4 + length) return null;
                var (type, body) = (waiting[0], waiting[4..(4 + length)]);
                waiting = waiting[(4 + length)..];
                if (Read(type, body) is { } answer) return answer;
            }

            return null;
        }

        private ServerHelloSeen? Read(byte type, byte[] body)
        {
            try
            {
                switch (type)
                {
                    case ServerHello:
                        return Hello(body);
                    case Certificate:
                        so = so with { Leaf = Leaf(body) };
                        return null;
                    default:
                        return type == ServerHelloDone ? so : null;
                }
            }
            catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
            {
                throw new IOException("The server's answer cannot be read.");
            }
        }

        private ServerHelloSeen? Hello(byte[] body)
        {
            // Version, 32 random bytes, session id, suite, compression, extensions (RFC 8446, 4.1.3).
            var at = 35 + body[34];
            var number = (int)BinaryPrimitives.ReadUInt16BigEndian(body);
            so = so with { Suite = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at)) };
            if (Extension(body.AsSpan(Math.Min(at + 3, body.Length)), SupportedVersions) is [var high, var low]) number = (high << 8) | low;
            if (number != ClientHello.NumberOf(offered)) return ServerHelloSeen.OtherVersion(offered, number);
            return offered == TlsVersion.Tls13 ? so : null;
        }

        private static byte[]? Extension(ReadOnlySpan<byte> list, int wanted)
        {
            if (list.Length < 2) return null;
            for (list = list[2..]; list.Length >= 4;)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(list[2..]);
                if (BinaryPrimitives.ReadUInt16BigEndian(list) == wanted) return list.Slice(4, length).ToArray();
                list = list[(4 + length)..];
            }

            return null;
        }

        private static byte[] Leaf(ReadOnlySpan<byte> body)
        {
            var length = (body[3] << 16) | (body[4] << 8) | body[5];
            return body.Slice(6, length).ToArray();
        }
    }
}
