using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Cluster.Contracts.Settings;

namespace Cluster.Verification.Tls;

/// <summary>
/// A server on loopback that reads what a client offers and agrees on nothing. Up to TLS 1.2 a client does not say which version is its
/// oldest: there the server answers with one, and sees whether the client ends the handshake for it. Any program of the host may connect:
/// only the connections of one user are clients, others are closed.
/// </summary>
/// <param name="user">The id of the user as whom the client runs; null = whoever connects.</param>
public sealed class ClientHelloListener(uint? user) : IDisposable
{
    private const int LongestMessage = 64 * 1024;
    private const int LongestRecord = (1 << 14) + 2048;
    private const byte Alert = 21;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const byte ServerHelloMessage = 2;
    private const byte ProtocolVersion = 70;

    // Long: a busy client that refuses must not be taken for one that goes on.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly TcpListener listener = Listen();

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What the next client offers.</summary>
    /// <exception cref="IOException">It sent no ClientHello.</exception>
    public async Task<ClientHelloSeen> NextAsync(CancellationToken ct)
    {
        using var client = await AcceptAsync(ct);
        return await BeginAsync(client.GetStream(), ct);
    }

    /// <summary>Whether the next client goes on when the server has chosen a version up to TLS 1.2.</summary>
    /// <param name="version">The version that the server chooses.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Whether it waits for what comes next; not when it offers no cipher that goes with the version.</returns>
    /// <exception cref="IOException">It sent no ClientHello.</exception>
    public async Task<bool> TakesAsync(TlsVersion version, CancellationToken ct)
    {
        using var client = await AcceptAsync(ct);
        var stream = client.GetStream();
        var hello = await BeginAsync(stream, ct);
        // With a cipher that does not go with the version a client would refuse the cipher.
        if (hello.Suites.FirstOrDefault(CipherSuites.GoesWithAll) is not (> 0 and var suite)) return false;
        await stream.WriteAsync(Answer(ClientHello.NumberOf(version), suite), ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            while (true)
            {
                var (type, content) = await RecordAsync(stream, patience.Token);
                if (type == Alert) return content is not [_, ProtocolVersion, ..];
            }
        }
        catch (IOException)
        {
            // Some programs end the connection without an alert.
            return false;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private async Task<TcpClient> AcceptAsync(CancellationToken ct)
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(ct);
            if (user is not { } wanted || IsOf(client.Client, wanted)) return client;
            client.Dispose();
        }
    }

    private static bool IsOf(Socket socket, uint wanted) =>
        LoopbackPeer.IsOf((IPEndPoint)socket.RemoteEndPoint!, (IPEndPoint)socket.LocalEndPoint!, wanted);

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static async Task<ClientHelloSeen> BeginAsync(Stream stream, CancellationToken ct)
    {
        byte[] message = [];
        while (message.Length < 4 || message.Length < 4 + LengthOf(message))
        {
            var (type, content) = await RecordAsync(stream, ct);
            if (type != HandshakeRecord) throw new IOException("The client does not begin with a ClientHello.");
            message = [.. message, .. content];
            if (message[0] != ClientHelloMessage || message.Length > LongestMessage)
                throw new IOException("The client does not begin with a ClientHello.");
        }

        return ClientHelloSeen.Read(message.AsSpan(4, LengthOf(message)));
    }

    private static async Task<(byte Type, byte[] Content)> RecordAsync(Stream stream, CancellationToken ct)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header, ct);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3));
        if (header[1] != 3 || length is 0 or > LongestRecord) throw new IOException("The client does not speak TLS.");
        var content = new byte[length];
        await stream.ReadExactlyAsync(content, ct);
        return (header[0], content);
    }

    private static int LengthOf(byte[] message) => message.Length < 4 ? 0 : (message[1] << 16) | (message[2] << 8) | message[3];

    // A ServerHello without extensions (RFC 5246, 7.4.1.3).
    private static byte[] Answer(int version, int suite)
    {
        byte[] hello = [.. Bytes(version), .. RandomNumberGenerator.GetBytes(32), 0, .. Bytes(suite), 0];
        byte[] message = [ServerHelloMessage, 0, .. Bytes(hello.Length), .. hello];
        return [HandshakeRecord, .. Bytes(version), .. Bytes(message.Length), .. message];
    }

    private static byte[] Bytes(int number) => [(byte)(number >> 8), (byte)number];
}
