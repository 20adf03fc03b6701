namespace Slipway.Api.Grpc;

/// <summary>gRPC's status codes, those that are used here (grpc.io, "Status codes").</summary>
internal enum GrpcCode
{
    OK = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}
