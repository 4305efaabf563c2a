using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Sessions.Push;

/// <summary>The newest assignment of a machine, ready to be sent; statement and bundle are shared bytes, never serialised again.</summary>
/// <param name="MachineId">The machine.</param>
/// <param name="Number">Assignment number.</param>
/// <param name="Generation">Identity generation that it is signed for.</param>
/// <param name="Revision">Revision.</param>
/// <param name="BundleHash">Hash of the bundle, lower-case hex.</param>
/// <param name="StatementHash">Hash of the serialised statement, lower-case hex.</param>
/// <param name="Signed">Serialised SignedStatement.</param>
internal sealed record WantedAssignment(
    Guid MachineId, long Number, int Generation, long Revision, string BundleHash, string StatementHash, byte[] Signed)
{
    public ManagerMessage ToOffer(ReadOnlyMemory<byte> bundle) => new()
    {
        Offer = new Offer { Assignment = SignedStatement.Parser.ParseFrom(Signed), Bundle = UnsafeByteOperations.UnsafeWrap(bundle) },
    };
}
